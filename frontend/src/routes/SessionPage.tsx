import { useParams } from 'react-router';
import type { SessionWithVideos, Video } from '../api/types';
import { Card } from '../components/Card';
import { FilePicker } from '../components/FilePicker';
import { HostPage } from '../components/HostPage';
import { InviteCard } from '../components/InviteCard';
import { Loading, LoadingFailed } from '../components/Notice';
import { ReceiptCard } from '../components/ReceiptCard';
import { SessionHeader } from '../components/SessionHeader';
import { VideoList } from '../components/VideoList';
import { useChosenVideo } from '../hooks/useChosenVideo';
import { useSession } from '../hooks/useSessions';
import { useStream } from '../hooks/useStream';
import { useUploads } from '../hooks/useUploads';
import { LazyPlayer } from '../player/LazyPlayer';
import { texts } from '../texts';
import { videoRows } from '../uploads/videoRows';
import styles from './SessionPage.module.css';

/** `/sessions/:id`: a host's session. */
export default function SessionPage() {
  const { id = '' } = useParams();
  return <HostPage isDeep>{() => <HostedSession key={id} id={id} />}</HostPage>;
}

function HostedSession({ id }: { readonly id: string }) {
  const { uploads } = useUploads(id);
  const session = useSession(id, uploads);
  if (session.isPending) return <Loading />;
  if (session.data === undefined) {
    return <LoadingFailed error={session.error} onRetry={() => void session.refetch()} />;
  }
  return (
    <>
      <title>{`${session.data.title} · ${texts.appName}`}</title>
      <SessionHeader session={session.data} />
      {session.data.state === 'open' ? (
        <OpenSession session={session.data} onChanged={() => void session.refetch()} />
      ) : (
        <ReceiptCard session={session.data} />
      )}
    </>
  );
}

interface OpenSessionProps {
  readonly session: SessionWithVideos;
  readonly onChanged: () => void;
}

function OpenSession({ session, onChanged }: OpenSessionProps) {
  const { uploads, queue } = useUploads(session.id);
  const { current, isUsersChoice, choose } = useChosenVideo(session.videos);
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        {current && <HostPlayer sessionId={session.id} video={current} autoPlay={isUsersChoice} />}
        <Card heading={texts.upload.heading}>
          <FilePicker onFiles={(files) => queue.add(session.id, files)} />
          <VideoList
            rows={videoRows(session.videos, uploads)}
            queue={queue}
            currentId={current?.id ?? null}
            onWatch={choose}
            onCancelled={onChanged}
          />
        </Card>
      </div>
      <InviteCard sessionId={session.id} />
    </div>
  );
}

interface HostPlayerProps {
  readonly sessionId: string;
  readonly video: Video;
  readonly autoPlay: boolean;
}

function HostPlayer({ sessionId, video, autoPlay }: HostPlayerProps) {
  const stream = useStream(sessionId, { enabled: true });
  if (stream.data === undefined) return stream.isError ? null : <Loading />;
  return (
    <LazyPlayer
      key={video.id}
      video={video}
      cookiesExpireAt={stream.data.cookies_expire_at}
      renewCookies={stream.renew}
      autoPlay={autoPlay}
    />
  );
}
