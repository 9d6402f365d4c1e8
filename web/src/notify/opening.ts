/** Opens the panel from anywhere. */
export const openingKey = 'b';
export const openingEvent = 'hutong:notices';
export const openNotices = () => window.dispatchEvent(new Event(openingEvent));
