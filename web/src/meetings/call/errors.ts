/** What a refusal of the browser means for the person: three causes, each with its own words. */
import type { OwnMedia } from './state';

export function mediaFailure(reason: unknown): Extract<OwnMedia, 'refused' | 'missing' | 'failed'> {
  const name = reason instanceof Error || reason instanceof DOMException ? reason.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError' || name === 'PermissionDeniedError')
    return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError' || name === 'DevicesNotFoundError')
    return 'missing';
  return 'failed';
}
