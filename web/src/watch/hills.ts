/** The outline of values between 0 and 1, as an SVG path in a box of 100 by 1: smooth, and never above the highest. */
export function hillsOf(values: readonly number[]): string {
  if (values.length === 0) return '';
  const step = 100 / values.length;
  const points = values.map((value, at) => ({ x: (at + 0.5) * step, y: 1 - value }));
  const first = points[0]?.y ?? 1;
  const parts = [`M0 1V${short(first)}`];
  let x = 0;
  let y = first;
  for (const point of [...points, { x: 100, y: points.at(-1)?.y ?? 1 }]) {
    const middle = (x + point.x) / 2;
    parts.push(
      `C${short(middle)} ${short(y)} ${short(middle)} ${short(point.y)} ${short(point.x)} ${short(point.y)}`,
    );
    ({ x, y } = point);
  }
  return `${parts.join('')}V1Z`;
}

function short(value: number): string {
  return String(Number(value.toFixed(3)));
}
