/** The texts of the console in German, by the English ones. */
export const german: Record<string, string> = {};
