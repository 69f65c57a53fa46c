import { t } from '../../text/text';
import type { RequestRecord } from './documents';

/** What went wrong, and what to do about it, in steps. */
export type Advice = { title: string; steps: string[] };

const searchesAgain = () => t('Nothing: the identity provider sends it again in its next cycle. If it goes on, give the request id to an operator.');
const mapping = () => t('Change the attribute mapping at the identity provider so that it sends what this attribute takes.');

/** Advice on a failure, by its kind; null for what did not fail. */
export function adviceOn(record: RequestRecord): Advice | null {
  switch (record.failure) {
    case null:
      return null;
    case 'KEY_ENDED':
      return { title: t('The key has ended.'), steps: [t('Create a key, or rotate the old one.'), t('Paste its access token into the identity provider as Secret Token, and test the connection there.')] };
    case 'KEY_MALFORMED':
      return { title: t('The key could not be read.'), steps: [t('Copy the access token again, all of it and without spaces, into the identity provider.')] };
    case 'NOT_ALLOWED':
      return { title: t('This directory does not take it now.'), steps: [t('See in the settings of the directory whether it is paused. If it is not, the request is one that no key may send.')] };
    case 'NAME_TAKEN':
      return {
        title: t('Somebody else has this name already.'),
        steps: [
          t('Are both the same? Then the identity provider does not recognise the one who is here: match by userName in its mapping, and the next cycle adopts them.'),
          t('Are they two? Give one of them another name at the identity provider.'),
        ],
      };
    case 'CONFLICT':
      return { title: t('Two requests changed the same at once.'), steps: [searchesAgain()] };
    case 'INVALID_MEMBERS':
      return {
        title: t('A member is not here, or the groups would contain each other.'),
        steps: [t('Assign the missing member to the application at the identity provider; members arrive before their groups.'), t('See there whether one of the groups is a member of itself by way of another.')],
      };
    case 'INVALID_VALUE':
      return { title: t('A value is missing, too long or of the wrong type.'), steps: [mapping()] };
    case 'READ_ONLY':
      return { title: t('An attribute was written that only this server writes.'), steps: [t('Remove its row from the attribute mapping at the identity provider.')] };
    case 'INVALID_FILTER':
      return { title: t('The search could not be read.'), steps: [t('Let the matching attribute be userName, externalId or an e-mail address. An old cursor is refused, too: the search then starts again.')] };
    case 'INVALID_REQUEST':
      return { title: t('The request could not be read.'), steps: [mapping(), t('For an application of your own: compare what it sends with the documentation of SCIM.')] };
    case 'TOO_MUCH':
      return { title: t('More was sent at once than is taken.'), steps: [t('Let the identity provider send fewer members or operations at a time.')] };
    case 'NOT_FOUND':
      return { title: t('What it asked for is not here any more.'), steps: [t('Entra searches again in its next cycle and creates what it misses; Restart provisioning makes it forget at once.')] };
    case 'UNKNOWN_ENDPOINT':
      return { title: t('There is no such address.'), steps: [t('Compare the tenant URL at the identity provider with that on the overview of the directory.')] };
    case 'STALE_VERSION':
      return { title: t('It was changed in between.'), steps: [t('Nothing: the identity provider reads it again and tries once more.')] };
    case 'THROTTLED':
      return { title: t('The identity provider asked too often.'), steps: [t('Nothing: it slows down and sends the request again. An operator can allow more with --rate.')] };
    case 'UNAVAILABLE':
      return { title: t('This server or its database was away.'), steps: [searchesAgain()] };
    case 'SERVER_FAULT':
      return { title: t('The fault is on this side.'), steps: [searchesAgain()] };
  }
}
