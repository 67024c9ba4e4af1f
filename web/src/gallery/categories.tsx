import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { CategoryCount } from '../api/types';
import { formatCount } from '../media/words';

interface CategoriesProps {
  /** Null before they are known. */
  categories: readonly CategoryCount[] | null;
  chosen: string;
  /** The gallery of a category; of all for the empty one. */
  to: (category: string) => string;
}

/** The gallery's categories in a line that a finger can push. */
export function Categories({ categories, chosen, to }: CategoriesProps) {
  const list = useRef<HTMLUListElement>(null);

  // What is chosen is in sight, also where an address has chosen it.
  useEffect(() => {
    const chip = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (!chip || !list.current) return;
    list.current.scrollLeft = chip.offsetLeft - (list.current.clientWidth - chip.clientWidth) / 2;
  }, [chosen, categories]);

  if (categories === null) {
    return (
      <div className="chips" aria-hidden="true">
        {[64, 92, 78, 110].map((width) => (
          <span key={width} className="skeleton chip-link" style={{ inlineSize: width }} />
        ))}
      </div>
    );
  }
  const known = categories.some(({ category }) => category === chosen);
  const shown = chosen && !known ? [{ category: chosen, count: 0 }, ...categories] : categories;
  if (shown.length === 0) return null;
  const all = categories.reduce((sum, { count }) => sum + count, 0);
  return (
    <nav aria-label="Categories">
      <ul className="chips" ref={list}>
        {[{ category: '', count: all }, ...shown].map(({ category, count }) => (
          <li key={category}>
            <Link
              className="chip-link"
              to={to(category)}
              aria-current={category === chosen ? 'true' : undefined}
              preventScrollReset
            >
              {category || 'All'} <span className="chip-count">{formatCount(count)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
