import { german } from './german';

/** The languages of the console. Texts are written in English where they stand. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

function preferred(): Language {
  const chosen = localStorage.getItem('language') ?? navigator.language;
  return chosen.startsWith('de') ? 'de' : 'en';
}

/** The language that the console is in. To change it loads the page again. */
export const language: Language = preferred();

export function setLanguage(to: Language) {
  localStorage.setItem('language', to);
  location.reload();
}

type Values = Record<string, string | number>;

/** The text in the language of the console, with values in place of their {names}. */
export function t(text: string, values?: Values): string {
  const own = language === 'de' ? (german[text] ?? text) : text;
  if (!values) return own;
  return own.replace(/\{(\w+)\}/g, (name, key: string) => {
    const value = values[key];
    return value === undefined ? name : typeof value === 'number' ? number(value) : value;
  });
}

const plural = new Intl.PluralRules(language);

/** One of two texts, by a number, which is {n} in them. */
export function n(count: number, one: string, many: string, values?: Values): string {
  return t(plural.select(count) === 'one' ? one : many, { n: count, ...values });
}

const numbers = new Intl.NumberFormat(language);
export const number = (value: number) => numbers.format(value);

const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
export const percent = (value: number) => percents.format(value);

const lists = new Intl.ListFormat(language, { type: 'conjunction' });
export const list = (items: string[]) => lists.format(items);
