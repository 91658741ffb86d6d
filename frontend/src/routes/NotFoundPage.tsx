import { Link } from 'react-router';
import { Layout } from '../components/Layout';
import { CalmNotice } from '../components/Notice';
import { texts } from '../texts';

/** Any other address. */
export default function NotFoundPage() {
  return (
    <Layout title={texts.notFound.heading}>
      <CalmNotice heading={texts.notFound.heading} body={texts.notFound.body}>
        <Link to="/">{texts.notFound.home}</Link>
      </CalmNotice>
    </Layout>
  );
}
