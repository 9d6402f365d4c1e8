/**
 * My microphone, camera and share inside a call: switched, replaced, and explained when they fail. Knows
 * what the person wants, whatever the connection does meanwhile.
 */
import { type LocalTrackPublication, type Room, Track, TrackEvent } from 'livekit-client';
import {
  audioCapture,
  audioPublish,
  screenCapture,
  screenPublish,
  videoCapture,
  videoPublish,
} from './capture';
import { browserKind, type DeviceChange, deviceChanges, preferred, readDevices } from './devices';
import { mediaFailure } from './errors';
import { type Inside, isOn, messageOf } from './inside';
import { MutedVoice } from './muted-voice';
import type { OwnDevices, Released } from './own';
import { rememberDevice, rememberMedia, rememberView } from './preferences';
import type { CameraQuality, Device, DeviceKind, NoticeKind } from './state';

export class OwnTracks {
  /** What the preview hands over, until it is published. */
  #taking: Promise<Released> | null = null;
  #wants = { microphone: false, camera: false };
  #over = false;
  /** Sources whose device ended under us and has not been opened again. */
  readonly #endedUnderUs = new Set<Track.Source>();
  /** What each kind used before it vanished; used again when it returns. */
  readonly #vanished = new Map<DeviceKind, string>();
  readonly #mutedVoice: MutedVoice;

  constructor(private readonly inside: Inside) {
    this.#mutedVoice = new MutedVoice(() => inside.notify('talking_while_muted'));
  }

  /** The devices come along as soon as they are open; the connection does not wait for them. */
  takeOver(own: OwnDevices): void {
    const { microphone, camera, devices } = own.state();
    this.#wants = { microphone: isOn(microphone), camera: isOn(camera) };
    this.inside.dispatch({ type: 'devices', devices });
    this.inside.dispatch({ type: 'own_media', what: 'microphone', state: microphone });
    this.inside.dispatch({ type: 'own_media', what: 'camera', state: camera });
    this.#taking = own.release();
    navigator.mediaDevices?.addEventListener?.('devicechange', this.devicesChanged);
  }

  /** Publishes what is wanted: the preview's own tracks the first time, new ones after a return. */
  async publish({ muted }: { muted: boolean }): Promise<void> {
    const { musicMode, cameraQuality } = this.inside.state();
    const taken = (await this.#taking) ?? null;
    this.#taking = null;
    if (taken) this.#afterTaking(taken);
    const { microphone = null, camera = null } = taken ?? {};
    if (this.#over) return;
    if (muted) await microphone?.mute();
    await Promise.all([
      this.#own('microphone', (local) =>
        microphone && this.#wants.microphone
          ? local.publishTrack(microphone, { ...audioPublish(musicMode), source: Track.Source.Microphone })
          : this.#wants.microphone
            ? local.setMicrophoneEnabled(true, this.#audioCapture(), audioPublish(musicMode))
            : null,
      ),
      this.#own('camera', (local) =>
        camera && this.#wants.camera
          ? local.publishTrack(camera, { ...videoPublish(cameraQuality), source: Track.Source.Camera })
          : this.#wants.camera
            ? local.setCameraEnabled(true, this.#videoCapture(), videoPublish(cameraQuality))
            : null,
      ),
    ]);
    await this.devicesChanged();
  }

  /** What could not be opened is said as the preview said it; what came too late is closed again. */
  #afterTaking({ microphone, camera, state }: Released): void {
    for (const [what, track] of [
      ['microphone', microphone],
      ['camera', camera],
    ] as const) {
      if (track && (this.#over || !this.#wants[what])) track.stop();
      if (track) continue;
      this.#wants[what] = false;
      this.inside.dispatch({ type: 'own_media', what, state: isOn(state[what]) ? 'failed' : state[what] });
    }
  }

  async setMicrophone(on: boolean, options: { remember: boolean } = { remember: true }): Promise<void> {
    this.#wants.microphone = on;
    if (options.remember) rememberMedia('microphone', on);
    this.inside.dispatch({ type: 'own_media', what: 'microphone', state: on ? 'starting' : 'off' });
    await this.#own('microphone', (local) =>
      local.setMicrophoneEnabled(on, this.#audioCapture(), audioPublish(this.inside.state().musicMode)),
    );
  }

  async setCamera(on: boolean): Promise<void> {
    this.#wants.camera = on;
    rememberMedia('camera', on);
    this.inside.dispatch({ type: 'own_media', what: 'camera', state: on ? 'starting' : 'off' });
    await this.#own('camera', (local) =>
      local.setCameraEnabled(on, this.#videoCapture(), videoPublish(this.inside.state().cameraQuality)),
    );
  }

  toggleMicrophone = (): Promise<void> => this.setMicrophone(!isOn(this.inside.state().microphone));
  toggleCamera = (): Promise<void> => this.setCamera(!isOn(this.inside.state().camera));
  toggleShare = (): Promise<void> =>
    isOn(this.inside.state().share) ? this.#stopShare() : this.#startShare();

  /** Opens the microphone while a key is held; only if it was closed. */
  holdToTalk(holding: boolean): void {
    if (holding === this.inside.state().holdingToTalk || (holding && isOn(this.inside.state().microphone)))
      return;
    this.inside.dispatch({ type: 'hold_to_talk', holding });
    void this.setMicrophone(holding, { remember: false });
  }

  async #startShare(): Promise<void> {
    const local = this.inside.room()?.localParticipant;
    if (!local) return;
    this.inside.dispatch({ type: 'own_media', what: 'share', state: 'starting' });
    try {
      await local.setScreenShareEnabled(true, screenCapture, screenPublish);
      const hasAudio = local.getTrackPublication(Track.Source.ScreenShareAudio) !== undefined;
      this.inside.dispatch({ type: 'own_media', what: 'share', state: 'on', hasAudio });
    } catch (reason) {
      this.inside.dispatch({ type: 'own_media', what: 'share', state: 'off' });
      // The person closed the browser's dialog: nothing to tell.
      if (mediaFailure(reason) !== 'refused') this.inside.notify('act_failed', messageOf(reason));
    }
  }

  async #stopShare(): Promise<void> {
    await this.inside
      .room()
      ?.localParticipant.setScreenShareEnabled(false)
      .catch(() => undefined);
    this.inside.dispatch({ type: 'own_media', what: 'share', state: 'off' });
  }

  async setMusicMode(on: boolean): Promise<void> {
    this.inside.dispatch({ type: 'music_mode', on });
    const local = this.inside.room()?.localParticipant;
    const track = local?.getTrackPublication(Track.Source.Microphone)?.track;
    if (!local || !track) return;
    await local.unpublishTrack(track.mediaStreamTrack, true);
    if (this.#wants.microphone) await this.setMicrophone(true);
  }

  async setCameraQuality(quality: CameraQuality): Promise<void> {
    rememberView('quality', quality);
    this.inside.dispatch({ type: 'camera_quality', quality });
    const local = this.inside.room()?.localParticipant;
    const track = local?.getTrackPublication(Track.Source.Camera)?.track;
    if (!local || !track) return;
    await local.unpublishTrack(track.mediaStreamTrack, true);
    if (this.#wants.camera) await this.setCamera(true);
  }

  async chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    rememberDevice(kind, id);
    this.#vanished.delete(kind);
    await this.#use(kind, id);
  }

  async #use(kind: DeviceKind, id: string): Promise<void> {
    const { devices } = this.inside.state();
    this.inside.dispatch({
      type: 'devices',
      devices: { ...devices, chosen: { ...devices.chosen, [kind]: id } },
    });
    await this.inside
      .room()
      ?.switchActiveDevice(browserKind[kind], id)
      .catch(() => this.#deviceNotice('device_failed', kind, id));
  }

  /** Runs one change of an own track and tells how it ended. */
  async #own(
    what: 'microphone' | 'camera',
    change: (local: Room['localParticipant']) => Promise<unknown> | null,
  ): Promise<void> {
    const local = this.inside.room()?.localParticipant;
    if (!local) return;
    try {
      const doing = change(local);
      if (!doing) return;
      await doing;
    } catch (reason) {
      this.#wants[what] = false;
      const failure = mediaFailure(reason);
      this.inside.dispatch({ type: 'own_media', what, state: failure });
      this.inside.notify(`media_${failure}`, null, { device: what });
      return;
    }
    const on = what === 'microphone' ? local.isMicrophoneEnabled : local.isCameraEnabled;
    this.#wants[what] = on;
    this.inside.dispatch({ type: 'own_media', what, state: on ? 'on' : 'off' });
    if (what === 'microphone') this.#watchMutedVoice(local);
  }

  /** Notices when a device ends under us: unplugged, taken away by another program, forbidden by the browser. */
  watch({ source, track }: LocalTrackPublication): void {
    track?.on(TrackEvent.Ended, () => this.#endedUnderUs.add(source));
    track?.on(TrackEvent.Restarted, () => this.#endedUnderUs.delete(source));
  }

  /** A track of ours fell silent: by our own wish, because its device ended, or because the host said so. */
  silenced(source: Track.Source): void {
    const what = source === Track.Source.Microphone ? 'microphone' : 'camera';
    if (this.#endedUnderUs.delete(source) && this.#wants[what]) {
      this.#wants[what] = false;
      this.inside.dispatch({ type: 'own_media', what, state: 'failed' });
      this.inside.notify('media_stopped', null, { device: what });
      return;
    }
    if (source === Track.Source.Microphone && this.#wants.microphone) {
      this.#wants.microphone = false;
      this.inside.dispatch({ type: 'own_media', what: 'microphone', state: 'off' });
      this.inside.notify('muted_by_host');
    }
    if (source === Track.Source.Camera && this.#wants.camera) {
      this.#wants.camera = false;
      this.inside.dispatch({ type: 'own_media', what: 'camera', state: 'off' });
      this.inside.notify('camera_stopped_by_host');
    }
    if (source === Track.Source.ScreenShare && isOn(this.inside.state().share)) {
      void this.#stopShare();
      this.inside.notify('share_stopped_by_host');
    }
  }

  #watchMutedVoice(local: Room['localParticipant']): void {
    const track = local.getTrackPublication(Track.Source.Microphone)?.track?.mediaStreamTrack;
    if (track && !local.isMicrophoneEnabled) this.#mutedVoice.watch(track);
    else this.#mutedVoice.stop();
  }

  #audioCapture = () =>
    audioCapture(this.inside.state().devices.chosen.microphone, this.inside.state().musicMode);
  #videoCapture = () =>
    videoCapture(this.inside.state().devices.chosen.camera, this.inside.state().cameraQuality);

  // ---- devices that come and go

  devicesChanged = async (): Promise<void> => {
    const lists = await readDevices();
    const before = this.inside.state().devices;
    const changes = deviceChanges(before, lists);
    const chosen = (kind: DeviceKind) => preferred(lists[kind], before.chosen[kind]);
    const devices = {
      microphone: chosen('microphone'),
      camera: chosen('camera'),
      speaker: chosen('speaker'),
    };
    this.inside.dispatch({ type: 'devices', devices: { lists, chosen: devices } });
    for (const change of changes) await this.#follow(change);
  };

  /** Another device takes the place of one that vanished, until that one is back. */
  async #follow({ kind, lost, found, fallback }: DeviceChange): Promise<void> {
    const notify = (notice: NoticeKind, device: Device) =>
      this.inside.notify(notice, device.label, { device: kind });
    if (lost) {
      if (!this.#vanished.has(kind)) this.#vanished.set(kind, lost.id);
      if (fallback) await this.#use(kind, fallback.id);
      return notify('device_lost', lost);
    }
    if (!found) return;
    if (found.id !== this.#vanished.get(kind)) return notify('device_found', found);
    await this.chooseDevice(kind, found.id);
    notify('device_back', found);
  }

  /** Uses the newest device of a kind: the answer to "a headset appeared". */
  async switchToDevice(kind: DeviceKind, label: string): Promise<void> {
    const device = this.inside.state().devices.lists[kind].find((one) => one.label === label);
    if (device) await this.chooseDevice(kind, device.id);
  }

  #deviceNotice(notice: NoticeKind, kind: DeviceKind, id: string): void {
    const device: Device | undefined = this.inside.state().devices.lists[kind].find((one) => one.id === id);
    this.inside.notify(notice, device?.label ?? null, { device: kind });
  }

  /** The call is over: whatever is still being opened is closed as soon as it is open. */
  close(): void {
    this.#over = true;
    navigator.mediaDevices?.removeEventListener?.('devicechange', this.devicesChanged);
    this.#mutedVoice.stop();
    void this.#taking?.then(({ microphone, camera }) => {
      microphone?.stop();
      camera?.stop();
    });
    this.#taking = null;
  }
}
