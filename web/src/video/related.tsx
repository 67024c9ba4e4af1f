import type { PublicVideo } from '../api/types';
import { relatedVideos } from '../api/gallery';
import { useLoad } from '../api/use-load';
import { CardSkeleton, VideoCard } from '../gallery/video-card';

/** What to watch next. Without it the page is still a page. */
export function Related({ id }: { id: string }) {
  const { data, error } = useLoad<PublicVideo[]>(id, (api, signal) =>
    relatedVideos(api, id, signal),
  );
  if (error || data?.length === 0) return null;
  return (
    <aside className="related" aria-labelledby="related-heading">
      <h2 id="related-heading">Watch next</h2>
      {data ? (
        <ul>
          {data.map((video) => (
            <li key={video.id}>
              <VideoCard video={video} heading="h3" row />
            </li>
          ))}
        </ul>
      ) : (
        <ul aria-hidden="true">
          {[1, 2, 3, 4].map((n) => (
            <li key={n}>
              <CardSkeleton row />
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
