interface ProgressProps {
  /** 0 to 100; null while only activity is known. */
  value: number | null;
  label: string;
  /** Nothing moves now. */
  still?: boolean;
}

export function Progress({ value, label, still = false }: ProgressProps) {
  const known = value !== null;
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.floor(value) : undefined}
      data-still={still || undefined}
      data-unknown={!known || undefined}
    >
      <span style={known ? { inlineSize: `${value}%` } : undefined} />
    </div>
  );
}
