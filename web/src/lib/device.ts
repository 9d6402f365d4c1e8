/** What a device's name says about it. */

/** Whether it is something held in a hand. */
export const isHandheld = (device: string): boolean => /iPhone|iPad|Android/.test(device);
