import { formatCount } from '../media/words';

interface BarListProps {
  title: string;
  items: readonly { name: string; count: number }[];
  /** In place of an empty list. */
  none: string;
}

/** Names with how often they occur, and how that compares. */
export function BarList({ title, items, none }: BarListProps) {
  const total = items.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      {items.length === 0 ? (
        <p className="panel-none">{none}</p>
      ) : (
        <ul className="bar-list">
          {items.map(({ name, count }) => {
            const share = total > 0 ? (count / total) * 100 : 0;
            return (
              <li key={name}>
                <span className="bar-name">{name}</span>
                <span>{formatCount(count)}</span>
                <span className="bar-share">{Math.round(share)} %</span>
                <span className="bar" aria-hidden="true">
                  <span style={{ inlineSize: `${share}%` }} />
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
