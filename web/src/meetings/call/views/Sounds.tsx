/** Everybody's sound, apart from every layout: whatever the stage does, nobody falls silent. */
import { useEffect, useRef } from 'react';
import { useCall, useCallState } from './context';

export function Sounds() {
  const tracks = useCallState((state) =>
    Object.values(state.people)
      .filter((person) => !person.me)
      .flatMap((person) => [person.microphoneTrack, person.screenAudioTrack])
      .filter((track): track is string => track !== null)
      .sort(),
  );
  return (
    <div hidden>
      {tracks.map((track) => (
        <Sound key={track} trackId={track} />
      ))}
    </div>
  );
}

function Sound({ trackId }: { trackId: string }) {
  const call = useCall();
  const ref = useRef<HTMLAudioElement>(null);
  useEffect(() => (ref.current ? call.attach(trackId, ref.current) : undefined), [call, trackId]);
  // biome-ignore lint/a11y/useMediaCaption: live speech; captions are a capability of their own
  return <audio ref={ref} autoPlay />;
}
