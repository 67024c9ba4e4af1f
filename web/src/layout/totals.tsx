import './totals.css';

interface TotalsProps {
  /** Names and values; a value that is not known yet is null. */
  items: readonly (readonly [string, string | null])[];
}

/** A few figures side by side. */
export function Totals({ items }: TotalsProps) {
  return (
    <dl className="totals">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? <span className="skeleton" />}</dd>
        </div>
      ))}
    </dl>
  );
}
