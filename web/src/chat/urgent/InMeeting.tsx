/** Over a meeting: what is urgent, and nothing else of what is written. Nobody leaves the call to look at it. */
import { UrgentCards } from './UrgentCards';

export default function InMeeting() {
  return <UrgentCards apart />;
}
