import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { texts } from '../texts';
import styles from './Layout.module.css';

interface LayoutProps {
  /** Stands before the app's name in the browser's tab. */
  readonly title?: string | undefined;
  readonly account?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: a bar with the way home, and the page's content. */
export function Layout({ title, account, children }: LayoutProps) {
  return (
    <>
      <title>{title === undefined ? texts.appName : `${title} · ${texts.appName}`}</title>
      <a className={styles.skip} href="#content">
        {texts.skipToContent}
      </a>
      <header className={styles.bar}>
        <Link className={styles.brand} to="/">
          {texts.appName}
        </Link>
        {account && <div className={styles.account}>{account}</div>}
      </header>
      <main className={styles.main} id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
