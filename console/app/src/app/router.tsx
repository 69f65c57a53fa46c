import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { Broken, NotFound } from '../parts/states';
import { Directories } from '../screens/directories';
import { DirectoryOverview } from '../screens/directory';
import { DirectoryKeys } from '../screens/keys';
import { DirectoryLog } from '../screens/log';
import { DirectorySettings } from '../screens/directorySettings';
import { Account } from '../screens/account';
import { APIKeys } from '../screens/apiKeys';
import { Circles } from '../screens/circles';
import { Groups } from '../screens/groups';
import { People } from '../screens/people';
import { PersonScreen } from '../screens/person';
import { Shell } from './shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const add = (path: string, component: () => React.ReactNode) => createRoute({ getParentRoute: () => root, path, component });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/directories' });
  },
});

const routes = [
  home,
  add('/directories', Directories),
  add('/directories/$id', DirectoryOverview),
  add('/directories/$id/keys', DirectoryKeys),
  add('/directories/$id/log', DirectoryLog),
  add('/directories/$id/settings', DirectorySettings),
  add('/people', People),
  add('/people/$id', PersonScreen),
  add('/groups', Groups),
  add('/groups/$id', Groups),
  add('/circles', Circles),
  add('/api-keys', APIKeys),
  add('/account', Account),
];

export const router = createRouter({ routeTree: root.addChildren(routes), basepath: '/console', defaultPreload: false, defaultErrorComponent: Broken, scrollRestoration: true });
