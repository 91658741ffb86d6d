import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useNavigate, useParams } from 'react-router';
import { hasCode } from '../api/ApiError';
import { GuestStream } from '../components/GuestStream';
import { Layout } from '../components/Layout';
import { CalmNotice, ErrorNotice, Loading, LoadingFailed } from '../components/Notice';
import { streamPollInterval } from '../hooks/pollIntervals';
import { useJoin, useStream } from '../hooks/useStream';
import { preloadPlayer } from '../player/LazyPlayer';
import { texts } from '../texts';

/** `/watch/:id#<invite>`: where guests watch. The invite is in the fragment, which no server ever sees. */
export default function WatchPage() {
  const { id = '' } = useParams();
  const invite = useLocation().hash.slice(1);
  const navigate = useNavigate();
  const [hasJustJoined, setHasJustJoined] = useState(false);
  // While the guest reads, so that the film finds it here.
  useEffect(preloadPlayer, []);

  if (invite === '') return <Watching key={id} id={id} hasJustJoined={hasJustJoined} />;
  // Keyed: another link opened in the same tab changes the fragment alone, and is a new try.
  return (
    <Invitation
      key={`${id}#${invite}`}
      id={id}
      invite={invite}
      onJoined={() => {
        setHasJustJoined(true);
        // Out of the address, so that it is neither shown, nor kept in the history, nor copied along.
        void navigate({ hash: '' }, { replace: true });
      }}
    />
  );
}

interface InvitationProps {
  readonly id: string;
  readonly invite: string;
  readonly onJoined: () => void;
}

function Invitation({ id, invite, onJoined }: InvitationProps) {
  const join = useJoin(id);
  const refusal = pageForRefusal(join.error);
  if (refusal !== null) return refusal;
  return (
    <Layout title={texts.watch.invited}>
      <CalmNotice heading={texts.watch.invited} body={texts.watch.invitedBody} isInviting>
        <button
          type="button"
          data-kind="primary"
          disabled={join.isPending}
          onClick={() => join.mutate(invite, { onSuccess: onJoined })}
        >
          {texts.watch.join}
        </button>
        <ErrorNotice error={join.error} />
      </CalmNotice>
    </Layout>
  );
}

function Watching({ id, hasJustJoined }: { readonly id: string; readonly hasJustJoined: boolean }) {
  const stream = useStream(id, { enabled: true, pollInterval: streamPollInterval });
  const refusal = pageForRefusal(stream.error);
  if (refusal !== null) return refusal;
  if (stream.data !== undefined) {
    return (
      <Layout title={stream.data.session.title}>
        <GuestStream stream={stream.data} renewCookies={stream.renew} hasJustJoined={hasJustJoined} />
      </Layout>
    );
  }
  return (
    <Layout>
      {stream.isPending ? (
        <Loading />
      ) : (
        <LoadingFailed error={stream.error} onRetry={() => void stream.refetch()} />
      )}
    </Layout>
  );
}

/** The calm page for a guest who cannot watch, or null when nothing stands against it. */
function pageForRefusal(error: unknown): ReactNode {
  const page = (heading: string, body: string) => (
    <Layout title={heading}>
      <CalmNotice heading={heading} body={body} />
    </Layout>
  );
  if (hasCode(error, 'session_ended')) return page(texts.watch.ended, texts.watch.endedBody);
  if (hasCode(error, 'session_not_found', 'invalid_request')) {
    return page(texts.watch.unknown, texts.watch.unknownBody);
  }
  if (hasCode(error, 'invite_invalid', 'forbidden')) return page(texts.watch.closed, texts.watch.closedBody);
  if (hasCode(error, 'not_authenticated')) return page(texts.watch.needsLink, texts.watch.needsLinkBody);
  return null;
}
