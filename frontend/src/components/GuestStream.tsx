import type { Stream, Video } from '../api/types';
import { titleOf } from '../format/title';
import { useChosenVideo } from '../hooks/useChosenVideo';
import { LazyPlayer } from '../player/LazyPlayer';
import { texts } from '../texts';
import { videoStatus } from '../texts/statusLines';
import { Card } from './Card';
import styles from './GuestStream.module.css';
import { CalmNotice } from './Notice';
import { SessionEnd } from './SessionState';

interface GuestStreamProps {
  readonly stream: Stream;
  readonly renewCookies: () => Promise<unknown>;
  /** Whether the guest has just asked to watch, by a click on this page. */
  readonly hasJustJoined: boolean;
}

/** What a guest watches. */
export function GuestStream({ stream, renewCookies, hasJustJoined }: GuestStreamProps) {
  // Guests see what there is to watch; what failed or is on its way is the host's business.
  const { watchable, current, isUsersChoice, choose } = useChosenVideo(stream.videos);
  if (current === null) {
    return (
      <div role="status">
        <CalmNotice heading={texts.watch.waiting} body={texts.watch.waitingBody} />
      </div>
    );
  }
  return (
    <>
      <div className={styles.head}>
        <h1>{stream.session.title}</h1>
        {stream.session.ends_at !== null && (
          <p className={styles.muted}>
            <SessionEnd session={{ ended_at: null, ends_at: stream.session.ends_at }} />
          </p>
        )}
      </div>
      <LazyPlayer
        key={current.id}
        video={current}
        cookiesExpireAt={stream.cookies_expire_at}
        renewCookies={renewCookies}
        autoPlay
        takeFocus={hasJustJoined || isUsersChoice}
      />
      {watchable.length > 1 && (
        <Card heading={texts.watch.videos}>
          <ul className={styles.videos}>
            {watchable.map((video) => (
              <li key={video.id}>
                <VideoChoice
                  video={video}
                  isCurrent={video.id === current.id}
                  onChoose={() => choose(video)}
                />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

interface VideoChoiceProps {
  readonly video: Video;
  readonly isCurrent: boolean;
  readonly onChoose: () => void;
}

function VideoChoice({ video, isCurrent, onChoose }: VideoChoiceProps) {
  return (
    <button type="button" className={styles.video} aria-pressed={isCurrent} onClick={onChoose}>
      {video.poster && <img className={styles.poster} src={video.poster} alt="" loading="lazy" />}
      <span className={styles.name}>{titleOf(video.filename)}</span>
      <span className={styles.muted}>{videoStatus(video)}</span>
    </button>
  );
}
