import type { ReactElement, ReactNode } from 'react';
import { Failure } from './Failure.tsx';
import { Forbidden } from './Forbidden.tsx';
import { Loading } from './Loading.tsx';
import type { Loaded } from './load.ts';
import { Stale } from './Stale.tsx';

/**
 * Shows data in whatever state it is: skeleton, failure with retry, forbidden, or the data itself, with a
 * line above it where it is stale. Empty and done are the caller's to say: only it knows what is missing.
 */
export function View<T>(props: {
  load: Loaded<T>;
  skeleton?: ReactNode;
  forbidden?: ReactNode;
  /** It is all that the page has: what it says in place of the data is the page's heading. */
  page?: boolean;
  children: (data: T) => ReactNode;
}): ReactElement {
  const { load } = props;
  switch (load.state) {
    case 'loading':
      return <Loading page={props.page}>{props.skeleton}</Loading>;
    case 'failed':
      return <Failure error={load.error} page={props.page} onRetry={load.reload} />;
    case 'forbidden':
      return <>{props.forbidden ?? <Forbidden error={load.error} page={props.page} />}</>;
    case 'ready':
      return (
        <>
          {load.staleSince !== undefined && <Stale since={load.staleSince} onRetry={load.reload} />}
          {props.children(load.data)}
        </>
      );
  }
}
