import { Component, type ReactNode } from 'react';
import { texts } from '../texts';
import { CalmNotice } from './Notice';

interface ErrorBoundaryState {
  readonly hasFailed: boolean;
}

/** Keeps a fault of the app, or a part of it that no longer loads after an update, from leaving an empty page. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { hasFailed: false };

  static getDerivedStateFromError(): ErrorBoundaryState {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <CalmNotice heading={texts.errors.unexpected}>
        <button type="button" onClick={() => window.location.reload()}>
          {texts.reload}
        </button>
      </CalmNotice>
    );
  }
}
