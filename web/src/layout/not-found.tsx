import { Link } from 'react-router';
import { Notice } from './notice';

export function NotFound() {
  return (
    <Notice title="There is nothing here">
      <p>This address leads to no page.</p>
      <Link className="button" to="/">
        Go to the gallery
      </Link>
    </Notice>
  );
}
