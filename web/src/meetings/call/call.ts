/** What views may ask of a call. `CallSession` does it with a room; the gallery and tests without one. */

import type { Readable } from '@/lib';
import type { CallState, CameraQuality, Corner, DeviceKind, Layout, Panel, SelfView } from './state';
import type { TrackStatistics } from './statistics';

export type MutableSource = 'microphone' | 'camera' | 'screen_share';

export interface Call extends Readable<CallState> {
  readonly statistics: Readable<readonly TrackStatistics[]>;

  /** Shows or plays a track in an element until the returned function is called. */
  attach(trackId: string, element: HTMLMediaElement): () => void;
  startAudio(): Promise<void>;

  toggleMicrophone(): Promise<void>;
  toggleCamera(): Promise<void>;
  toggleShare(): Promise<void>;
  toggleHand(): Promise<void>;
  holdToTalk(holding: boolean): void;
  setMusicMode(on: boolean): Promise<void>;
  setCameraQuality(quality: CameraQuality): Promise<void>;
  chooseDevice(kind: DeviceKind, id: string): Promise<void>;
  switchToDevice(kind: DeviceKind, label: string): Promise<void>;

  sendChat(text: string): Promise<void>;
  resendChat(id: string): Promise<void>;
  react(emoji: string): Promise<void>;

  mute(identity: string, source: MutableSource): Promise<boolean>;
  muteAll(): Promise<boolean>;
  askToUnmute(identities: string[]): Promise<void>;
  lowerHand(identity: string): Promise<boolean>;
  setCoHost(identity: string, coHost: boolean): Promise<boolean>;
  handOver(identity: string): Promise<boolean>;
  remove(identity: string): Promise<boolean>;
  changeSettings(settings: Record<string, boolean>): Promise<boolean>;
  ring(memberIds: readonly string[]): Promise<boolean>;

  setPanel(panel: Panel | null): void;
  togglePanel(panel: Panel): void;
  setLayout(layout: Layout): void;
  setSelfView(selfView: SelfView): void;
  setSelfCorner(corner: Corner): void;
  pin(identity: string | null): void;
  setPageSize(perPage: number): void;
  dismiss(noticeId: string): void;

  leave(): Promise<void>;
  endForAll(): Promise<void>;
}
