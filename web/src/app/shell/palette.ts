/** Opens the search from anywhere. */
export const paletteEvent = 'hutong:palette';
export const openPalette = () => window.dispatchEvent(new Event(paletteEvent));
