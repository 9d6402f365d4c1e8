/** Lets tests and the curious see how fast a join was: `window.__hutong.call.timings`. Numbers and states only. */
import type { CallSession } from '../call/session';

type Exposed = { call?: { timings: CallSession['clock']['timings']; state: CallSession['state'] } };

export function exposeCall(session: CallSession): () => void {
  const page = window as Window & { __hutong?: Exposed };
  page.__hutong ??= {};
  const hutong = page.__hutong;
  const call = { timings: session.clock.timings, state: session.state };
  hutong.call = call;
  return () => {
    if (hutong.call === call) delete hutong.call;
  };
}
