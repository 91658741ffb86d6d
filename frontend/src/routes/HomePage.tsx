import { AccountCard } from '../components/AccountCard';
import { Card } from '../components/Card';
import { CreateSessionForm } from '../components/CreateSessionForm';
import { HostPage } from '../components/HostPage';
import { SessionList } from '../components/SessionList';
import { texts } from '../texts';

/** `/`: the host's sessions and a form for a new one. */
export default function HomePage() {
  return (
    <HostPage>
      {(me) => (
        <>
          <h1>{texts.home.heading}</h1>
          <Card heading={texts.home.newSession}>
            <CreateSessionForm />
          </Card>
          <SessionList />
          <AccountCard user={me} />
        </>
      )}
    </HostPage>
  );
}
