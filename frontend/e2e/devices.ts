/** The windows in which journeys look at the app. */
export const DESKTOP = { viewport: { width: 1440, height: 900 } } as const;
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
export const DEVICES = { desktop: DESKTOP, phone: PHONE } as const;
