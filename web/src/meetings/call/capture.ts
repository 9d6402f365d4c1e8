/** How sound and picture are captured and published: the numbers, in one place. */
import {
  type AudioCaptureOptions,
  type RoomOptions,
  type ScreenShareCaptureOptions,
  ScreenSharePresets,
  type TrackPublishOptions,
  type VideoCaptureOptions,
  VideoPreset,
  VideoPresets,
} from 'livekit-client';
import type { CameraQuality } from './state';

/** Fewer cores than this cannot encode three layers of 1080p beside everything else. */
const CORES_FOR_1080 = 4;

export function audioCapture(deviceId: string | null, music: boolean): AudioCaptureOptions {
  return {
    ...(deviceId ? { deviceId } : {}),
    echoCancellation: !music,
    noiseSuppression: !music,
    autoGainControl: !music,
    sampleRate: 48_000,
    channelCount: music ? 2 : 1,
  };
}

/** Voice: Opus with redundancy and silence left out. Music: stereo, everything sent. */
export function audioPublish(music: boolean): TrackPublishOptions {
  return music
    ? { audioPreset: { maxBitrate: 160_000 }, dtx: false, red: false, forceStereo: true }
    : { audioPreset: { maxBitrate: 48_000 }, dtx: true, red: true, forceStereo: false };
}

export function usedQuality(quality: CameraQuality, cores: number): Exclude<CameraQuality, 'auto'> {
  if (quality !== 'auto') return quality;
  return cores >= CORES_FOR_1080 ? '1080' : '720';
}

export function videoCapture(deviceId: string | null, quality: CameraQuality): VideoCaptureOptions {
  const preset = presetOf(quality);
  return { ...(deviceId ? { deviceId } : { facingMode: 'user' }), resolution: preset.resolution };
}

/** Three layers a viewer's tile can choose from: thumbnail, half, whole. */
export function videoPublish(quality: CameraQuality): TrackPublishOptions {
  const used = usedQuality(quality, navigator.hardwareConcurrency);
  const layers: Record<typeof used, VideoPreset[]> = {
    '1080': [VideoPresets.h180, VideoPresets.h540],
    '720': [VideoPresets.h180, VideoPresets.h360],
    '360': [VideoPresets.h180],
  };
  return {
    simulcast: true,
    videoCodec: 'vp8',
    videoEncoding: presetOf(quality).encoding,
    videoSimulcastLayers: layers[used],
  };
}

function presetOf(quality: CameraQuality): VideoPreset {
  const presets = { '1080': VideoPresets.h1080, '720': VideoPresets.h720, '360': VideoPresets.h360 };
  return presets[usedQuality(quality, navigator.hardwareConcurrency)];
}

/** Text must stay sharp: frames are given up before pixels. The sound of the tab or system comes along. */
export const screenCapture: ScreenShareCaptureOptions = {
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  contentHint: 'detail',
  resolution: ScreenSharePresets.h1080fps15.resolution,
  surfaceSwitching: 'include',
  systemAudio: 'include',
};

export const screenPublish: TrackPublishOptions = {
  simulcast: true,
  videoCodec: 'vp8',
  screenShareEncoding: ScreenSharePresets.h1080fps15.encoding,
  screenShareSimulcastLayers: [new VideoPreset(1280, 720, 800_000, 5)],
  degradationPreference: 'maintain-resolution',
  dtx: false,
  red: false,
};

export const roomOptions: RoomOptions = {
  adaptiveStream: { pixelDensity: 'screen' },
  dynacast: true,
  singlePeerConnection: true,
  disconnectOnPageLeave: true,
  audioCaptureDefaults: audioCapture(null, false),
  publishDefaults: { ...audioPublish(false), stopMicTrackOnMute: false },
};
