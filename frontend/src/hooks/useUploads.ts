import { useEffect, useSyncExternalStore } from 'react';
import { isUnderWay, UploadQueue } from '../uploads/UploadQueue';

const queue = new UploadQueue(`${window.location.origin}/files/`);

window.addEventListener('online', () => queue.reconnect());
window.addEventListener('offline', () => void queue.doubtConnection());

/** The uploads of one session in this page load, and the queue to act on them. */
export function useUploads(sessionId: string) {
  const all = useSyncExternalStore(queue.subscribe, queue.getSnapshot);
  const uploads = all.filter((upload) => upload.sessionId === sessionId);
  const isBusy = all.some(isUnderWay);

  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isBusy]);

  return { uploads, queue };
}
