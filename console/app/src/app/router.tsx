import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { NotFound } from '../parts/states';
import { Directories } from '../screens/directories';
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

const routes = [home, add('/directories', Directories)];

export const router = createRouter({ routeTree: root.addChildren(routes), basepath: '/console', defaultPreload: false, scrollRestoration: true });
