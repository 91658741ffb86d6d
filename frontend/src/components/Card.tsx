import { type ReactNode, useId } from 'react';
import styles from './Card.module.css';

interface CardProps {
  readonly heading: string;
  readonly children: ReactNode;
}

/** A region of a page, named by its heading. */
export function Card({ heading, children }: CardProps) {
  const headingId = useId();
  return (
    <section className={styles.card} aria-labelledby={headingId}>
      <h2 id={headingId}>{heading}</h2>
      {children}
    </section>
  );
}
