import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { texts } from '../texts';
import { LanguageChoice } from './LanguageChoice';
import styles from './Layout.module.css';

interface LayoutProps {
  /** Stands before the app's name in the browser's tab. */
  readonly title?: string | undefined;
  readonly account?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: a bar with the way home, the page's content, and the choice of language. */
export function Layout({ title, account, children }: LayoutProps) {
  return (
    <div className={styles.page}>
      <title>{title === undefined ? texts.appName : `${title} · ${texts.appName}`}</title>
      <a className={styles.skip} href="#content">
        {texts.skipToContent}
      </a>
      <header className={styles.bar}>
        <Link className={styles.brand} to="/">
          <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="var(--brand)" />
            <path d="M12 9.5v13l11-6.5z" fill="#fff" />
          </svg>
          {texts.appName}
        </Link>
        {account}
      </header>
      <main className={styles.main} id="content" tabIndex={-1}>
        {children}
      </main>
      <footer className={styles.footer}>
        <span>{texts.tagline}</span>
        <LanguageChoice />
      </footer>
    </div>
  );
}
