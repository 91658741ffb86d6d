import { useEffect, useEffectEvent, useState } from 'react';
import { texts } from '../texts';
import styles from './FilePicker.module.css';

// Browsers know no type for some of these; the server looks into the file anyway.
const ACCEPT = 'video/*,audio/*,.mkv,.mov,.ts,.mts,.m2ts,.mxf,.vob';

/** Takes files by choice, or by drop anywhere on the page. */
export function FilePicker({ onFiles }: { readonly onFiles: (files: File[]) => void }) {
  const isOver = useDropAnywhere(onFiles);
  return (
    <div className={styles.zone} data-over={isOver}>
      <label className={styles.choose}>
        {texts.upload.choose}
        <input
          type="file"
          accept={ACCEPT}
          multiple
          onChange={({ target }) => {
            onFiles([...(target.files ?? [])]);
            // Otherwise choosing the same file again, to take its upload up, would be no change.
            target.value = '';
          }}
        />
      </label>
      <span className={styles.drop}>{texts.upload.drop}</span>
      {isOver && (
        <div className={styles.curtain} aria-hidden="true">
          {texts.upload.dropNow}
        </div>
      )}
    </div>
  );
}

/** Whether files are being dragged over the page; they are taken wherever they fall. */
function useDropAnywhere(onFiles: (files: File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const take = useEffectEvent(onFiles);

  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      // Every element on the way says that it is left; only the page itself is left for nothing.
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      setIsOver(false);
      if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
      event.preventDefault();
      take([...event.dataTransfer.files]);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);

  return isOver;
}
