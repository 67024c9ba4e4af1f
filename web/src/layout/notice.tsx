import type { ReactNode } from 'react';

/** A page that has only one thing to say. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="notice stack">
      <h1>{title}</h1>
      {children}
    </section>
  );
}
