import { type DragEvent, useState } from 'react';
import { texts } from '../texts';
import styles from './FilePicker.module.css';

// Browsers know no type for some of these; the server looks into the file anyway.
const ACCEPT = 'video/*,audio/*,.mkv,.mov,.ts,.mts,.m2ts,.mxf,.vob';

/** Takes files by choice or by drop. */
export function FilePicker({ onFiles }: { readonly onFiles: (files: File[]) => void }) {
  const [isOver, setIsOver] = useState(false);

  const over = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    onFiles([...event.dataTransfer.files]);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra for the pointer; the file field below does the same by keyboard
    <div
      className={styles.zone}
      data-over={isOver}
      onDragOver={over}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
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
      <span>{texts.upload.drop}</span>
    </div>
  );
}
