import { Link } from 'react-router';
import { Icon } from '../layout/icon';
import { pageItems } from './params';
import { formatCount } from '../media/words';

interface PagerProps {
  page: number;
  pages: number;
  /** The address of a page. */
  to: (page: number) => string;
}

export function Pager({ page, pages, to }: PagerProps) {
  if (pages <= 1) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <Turn to={page > 1 ? to(page - 1) : null} label="Previous page" icon="left" />
      <ul>
        {pageItems(page, pages).map((item, at) => (
          <li key={item ?? `gap-${at}`}>
            {item === null ? (
              <span aria-hidden="true">…</span>
            ) : (
              <Link
                to={to(item)}
                aria-label={`Page ${item}`}
                aria-current={item === page ? 'page' : undefined}
              >
                {formatCount(item)}
              </Link>
            )}
          </li>
        ))}
      </ul>
      <Turn to={page < pages ? to(page + 1) : null} label="Next page" icon="right" />
    </nav>
  );
}

function Turn({ to, label, icon }: { to: string | null; label: string; icon: 'left' | 'right' }) {
  if (to === null) {
    return (
      <span className="icon-button" data-off>
        <Icon name={icon} />
      </span>
    );
  }
  return (
    <Link className="icon-button" to={to} aria-label={label}>
      <Icon name={icon} />
    </Link>
  );
}
