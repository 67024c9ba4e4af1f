import { Link } from 'react-router';
import type { PublicDetail } from '../api/types';
import { formatCount } from '../media/words';

/** What is known of a video, as far as it is known. */
export function About({ video }: { video: PublicDetail }) {
  const { producer, creator, tags, finishCount } = video;
  if (!producer && !creator && tags.length === 0 && finishCount === 0) return null;
  return (
    <dl className="about">
      {producer && (
        <Fact name="Producer">
          <Search text={producer} />
        </Fact>
      )}
      {creator && (
        <Fact name="Creator">
          <Search text={creator} />
        </Fact>
      )}
      {finishCount > 0 && <Fact name="Watched to the end">{formatCount(finishCount)} times</Fact>}
      {tags.length > 0 && (
        <Fact name="Tags">
          <span className="about-tags">
            {tags.map((tag) => (
              <span className="badge" key={tag}>
                {tag}
              </span>
            ))}
          </span>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Search({ text }: { text: string }) {
  return <Link to={`/?${new URLSearchParams({ search: text })}`}>{text}</Link>;
}
