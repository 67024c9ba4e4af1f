import { useId, useState } from 'react';
import type { CategoryCount, DirectoryType, Video, VideoSummary } from '../api/types';
import { galleryCategories } from '../api/gallery';
import { useLoad } from '../api/use-load';
import { countOf, formatCount } from '../media/words';
import { Choice } from '../layout/choice';
import { publishable } from './actions';
import { DIRECTORY_TYPES } from './params';
import { subjectOf, VideoQuestion, type QuestionProps } from './questions';
import { DIRECTORY_NAMES } from './words';

/** Directories whose videos may be in the gallery. */
const PUBLIC_DIRECTORIES = DIRECTORY_TYPES.filter((type) => type !== 'inbox' && type !== 'private');

interface PublishProps extends QuestionProps {
  /** `directory` is where those of the inbox go. */
  onConfirm: (category: string, directory: DirectoryType) => void;
}

/** Asks under which category videos are to be in the gallery, and puts them there. */
export function PublishQuestion(props: PublishProps) {
  const { videos } = props;
  const [category, setCategory] = useState(() => categoryOf(videos));
  const [directory, setDirectory] = useState<DirectoryType>('videos');
  const inbox = videos.filter((video) => publishable(video) && video.directoryType === 'inbox');
  const id = useId();
  const there = videos.every((video) => video.published);
  const left = videos.filter((video) => !publishable(video)).length;
  return (
    <VideoQuestion
      {...props}
      title={there ? `Change the category of ${subjectOf(videos)}` : `Publish ${subjectOf(videos)}`}
      verb={there ? 'Change category' : 'Publish'}
      incomplete={category.trim() === '' || left === videos.length}
      onConfirm={() => props.onConfirm(category.trim(), directory)}
    >
      {!there && <p>Everyone can find and watch what is published, without signing in.</p>}
      <div className="field">
        <label htmlFor={id}>
          Category <span className="optional">an existing one or a new one</span>
        </label>
        <input
          id={id}
          type="text"
          autoComplete="off"
          maxLength={64}
          placeholder="Short films"
          value={category}
          onChange={(event) => setCategory(event.target.value)}
        />
      </div>
      <Existing chosen={category.trim()} onChoose={setCategory} />
      {inbox.length > 0 && (
        <Choice
          label={`Out of the inbox, ${inbox.length === 1 ? 'it moves' : 'they move'} to`}
          value={directory}
          options={PUBLIC_DIRECTORIES.map((type) => [type, DIRECTORY_NAMES[type]] as const)}
          onChange={setDirectory}
        />
      )}
      {left > 0 && (
        <p className="message">
          {left === videos.length ? 'These' : countOf(left)} cannot be published: what is deleted,
          invalid, or lies in Private stays out of the gallery.
        </p>
      )}
    </VideoQuestion>
  );
}

/** The gallery's categories, to choose from. Without them any category can still be written. */
function Existing({ chosen, onChoose }: { chosen: string; onChoose: (name: string) => void }) {
  const { data } = useLoad<CategoryCount[]>('', galleryCategories);
  if (!data || data.length === 0) return null;
  return (
    <div className="existing" role="group" aria-label="Categories of the gallery">
      {data.map(({ category, count }) => (
        <button
          key={category}
          type="button"
          aria-pressed={category === chosen}
          onClick={() => onChoose(category)}
        >
          {category} <span>{formatCount(count)}</span>
        </button>
      ))}
    </div>
  );
}

/** Asks before videos leave the gallery. */
export function UnpublishQuestion(props: QuestionProps & { onConfirm: () => void }) {
  const one = props.videos.length === 1;
  return (
    <VideoQuestion
      {...props}
      title={`Unpublish ${subjectOf(props.videos)}?`}
      verb="Unpublish"
      onConfirm={props.onConfirm}
    >
      <p>
        {one ? 'It leaves' : 'They leave'} the gallery at once. Views, votes and comments are kept,
        and {one ? 'it' : 'they'} can be published again.
      </p>
    </VideoQuestion>
  );
}

/** The category that all of them have, as far as that is known. */
function categoryOf(videos: readonly (VideoSummary | Video)[]): string {
  const categories = videos.map((video) => ('category' in video ? video.category : null));
  const [first] = categories;
  return first && categories.every((each) => each === first) ? first : '';
}
