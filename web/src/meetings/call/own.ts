/**
 * The person's own microphone and camera before there is a room: captured for the preview, then given
 * to the call as they are, so that joining opens no device a second time. No React, no network.
 */
import {
  createLocalAudioTrack,
  createLocalVideoTrack,
  type LocalAudioTrack,
  type LocalVideoTrack,
} from 'livekit-client';
import { Store } from '@/lib';
import { audioCapture, videoCapture } from './capture';
import { preferred, readDevices } from './devices';
import { mediaFailure } from './errors';
import { LevelMeter } from './level';
import { type Preferences, rememberDevice, rememberMedia } from './preferences';
import { type DeviceKind, type Devices, noDevices, type OwnMedia } from './state';

export interface OwnState {
  readonly microphone: OwnMedia;
  readonly camera: OwnMedia;
  readonly devices: Devices;
  /** Height of the captured picture, for the line under the camera's name. */
  readonly cameraHeight: number | null;
  /** Changes whenever another camera track must be shown. */
  readonly cameraTrack: string | null;
}

type Change = Partial<OwnState>;

/** What to open; whatever is left out is as it was last time. */
export interface Wishes {
  readonly microphone?: boolean;
  readonly camera?: boolean;
}

export interface Released {
  readonly microphone: LocalAudioTrack | null;
  readonly camera: LocalVideoTrack | null;
  readonly state: OwnState;
}

export class OwnDevices {
  readonly #store: Store<OwnState, Change>;
  #microphone: LocalAudioTrack | null = null;
  #camera: LocalVideoTrack | null = null;
  #meter: LevelMeter | null = null;
  #closed = false;
  readonly #opening = new Set<Promise<void>>();

  constructor(readonly preferences: Preferences) {
    this.#store = new Store<OwnState, Change>((state, change) => ({ ...state, ...change }), {
      microphone: 'off',
      camera: 'off',
      devices: { ...noDevices, chosen: preferences.device },
      cameraHeight: null,
      cameraTrack: null,
    });
  }

  state = (): OwnState => this.#store.state();
  subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  /** Opens what is wanted, else what was on last time; both at once, so that the browser asks once where it can. */
  async open({ microphone, camera }: Wishes = {}): Promise<void> {
    const { microphoneOn, cameraOn } = this.preferences;
    navigator.mediaDevices?.addEventListener?.('devicechange', this.#refresh);
    void this.#refresh();
    await Promise.all([
      (microphone ?? microphoneOn) ? this.#track(this.#openMicrophone()) : null,
      (camera ?? cameraOn) ? this.#track(this.#openCamera()) : null,
    ]);
    await this.#refresh();
  }

  async setMicrophone(on: boolean): Promise<void> {
    rememberMedia('microphone', on);
    if (on) await this.#track(this.#openMicrophone());
    else this.#closeMicrophone('off');
    await this.#refresh();
  }

  async setCamera(on: boolean): Promise<void> {
    rememberMedia('camera', on);
    if (on) await this.#track(this.#openCamera());
    else this.#closeCamera('off');
    await this.#refresh();
  }

  async choose(kind: DeviceKind, id: string): Promise<void> {
    rememberDevice(kind, id);
    this.#setChosen(kind, id);
    if (kind === 'microphone' && this.#microphone) await this.#track(this.#openMicrophone());
    if (kind === 'camera' && this.#camera) await this.#track(this.#openCamera());
  }

  level(): number {
    return this.#meter?.read() ?? 0;
  }

  showCamera(element: HTMLVideoElement): () => void {
    const track = this.#camera;
    if (!track) return () => undefined;
    track.attach(element);
    return () => void track.detach(element);
  }

  /**
   * Hands the tracks over, once those that are being opened are open; from here on they belong to the
   * call. Somebody who joins before the camera is awake is not made to wait for it.
   */
  async release(): Promise<Released> {
    await Promise.allSettled([...this.#opening]);
    const taken = { microphone: this.#microphone, camera: this.#camera, state: this.state() };
    this.#microphone = null;
    this.#camera = null;
    this.close();
    return taken;
  }

  close(): void {
    this.#closed = true;
    navigator.mediaDevices?.removeEventListener?.('devicechange', this.#refresh);
    this.#meter?.close();
    this.#meter = null;
    this.#microphone?.stop();
    this.#camera?.stop();
    this.#microphone = null;
    this.#camera = null;
  }

  async #track(opening: Promise<void>): Promise<void> {
    this.#opening.add(opening);
    await opening;
    this.#opening.delete(opening);
  }

  async #openMicrophone(): Promise<void> {
    this.#closeMicrophone('starting');
    try {
      const track = await createLocalAudioTrack(audioCapture(this.state().devices.chosen.microphone, false));
      if (this.#closed || this.state().microphone !== 'starting') return track.stop();
      this.#microphone = track;
      this.#meter = new LevelMeter(track.mediaStreamTrack);
      this.#store.dispatch({ microphone: 'on' });
    } catch (reason) {
      this.#store.dispatch({ microphone: mediaFailure(reason) });
    }
  }

  #closeMicrophone(state: OwnMedia): void {
    this.#meter?.close();
    this.#meter = null;
    this.#microphone?.stop();
    this.#microphone = null;
    this.#store.dispatch({ microphone: state });
  }

  async #openCamera(): Promise<void> {
    this.#closeCamera('starting');
    try {
      const options = videoCapture(this.state().devices.chosen.camera, this.preferences.cameraQuality);
      const track = await createLocalVideoTrack(options);
      if (this.#closed || this.state().camera !== 'starting') return track.stop();
      this.#camera = track;
      const cameraHeight = track.mediaStreamTrack.getSettings().height ?? null;
      this.#store.dispatch({ camera: 'on', cameraTrack: track.mediaStreamTrack.id, cameraHeight });
    } catch (reason) {
      this.#store.dispatch({ camera: mediaFailure(reason) });
    }
  }

  #closeCamera(state: OwnMedia): void {
    this.#camera?.stop();
    this.#camera = null;
    this.#store.dispatch({ camera: state, cameraTrack: null, cameraHeight: null });
  }

  #refresh = async (): Promise<void> => {
    const lists = await readDevices();
    if (this.#closed) return;
    const before = this.state().devices.chosen;
    const chosen = (kind: DeviceKind) =>
      preferred(lists[kind], before[kind] ?? this.preferences.device[kind]);
    this.#store.dispatch({
      devices: {
        lists,
        chosen: { microphone: chosen('microphone'), camera: chosen('camera'), speaker: chosen('speaker') },
      },
    });
  };

  #setChosen(kind: DeviceKind, id: string): void {
    const { devices } = this.state();
    this.#store.dispatch({ devices: { ...devices, chosen: { ...devices.chosen, [kind]: id } } });
  }
}

/** Whether this browser can be asked for the kind at all; plain http on another machine cannot. */
export const canCapture = (): boolean => typeof navigator.mediaDevices?.getUserMedia === 'function';

/** Whether sound can be sent to a chosen speaker. */
export const canChooseSpeaker = (): boolean =>
  typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;
