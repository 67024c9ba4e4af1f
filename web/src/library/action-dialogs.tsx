import { Dialog } from '../layout/dialog';
import { BulkEdit } from './bulk-edit';
import { PublishQuestion, UnpublishQuestion } from './publish-questions';
import { DeleteQuestion, LockQuestion, RemoveQuestion } from './questions';
import type { Report, useActions } from './use-actions';
import { ValidateDialog } from './validate-dialog';
import { countOf, nameOf } from '../media/words';

interface DialogsProps {
  doing: ReturnType<typeof useActions>;
  /** Videos were looked at anew. */
  onValidated: () => void;
}

/** The dialogs of all actions. */
export function ActionDialogs({ doing, onValidated }: DialogsProps) {
  const { asked, report, done, problem, dismiss, change, remove } = doing;
  if (report) return <ReportDialog report={report} onClose={doing.dismissReport} />;
  if (!asked) return null;
  const { question, videos } = asked;
  const shared = { videos, onClose: dismiss, done, problem };
  switch (question) {
    case 'delete':
      return <DeleteQuestion {...shared} onConfirm={() => change({ action: 'delete' }, videos)} />;
    case 'remove':
      return <RemoveQuestion {...shared} onConfirm={(objects) => remove(videos, objects)} />;
    case 'lock':
      return (
        <LockQuestion
          {...shared}
          onConfirm={(reason) => change({ action: 'lock', reason: reason || null }, videos)}
        />
      );
    case 'publish':
      return (
        <PublishQuestion
          {...shared}
          onConfirm={(category, directory) => doing.publish(videos, category, directory)}
        />
      );
    case 'unpublish':
      return (
        <UnpublishQuestion {...shared} onConfirm={() => change({ action: 'unpublish' }, videos)} />
      );
    case 'edit':
      return (
        <BulkEdit
          {...shared}
          onConfirm={(changes) => change({ action: 'edit', changes }, videos)}
        />
      );
    case 'validate':
      return <ValidateDialog videos={videos} onClose={dismiss} onDone={onValidated} />;
  }
}

/** What failed, one by one. */
function ReportDialog({ report, onClose }: { report: Report; onClose: () => void }) {
  const { title, videos, result } = report;
  return (
    <Dialog title={title} onClose={onClose}>
      <p>
        {countOf(result.succeeded)} succeeded, {result.failed} failed:
      </p>
      <ul className="results">
        {result.results
          .filter((each) => !each.ok)
          .map(({ id, error }) => {
            const named = videos.find((video) => video.id === id);
            return (
              <li key={id} data-tone="bad">
                <strong>{named ? nameOf(named) : id}</strong>
                <span>{error}</span>
              </li>
            );
          })}
      </ul>
      <div className="dialog-actions">
        <button className="button" type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
