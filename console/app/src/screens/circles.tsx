import { Page } from '../app/page';
import { Empty } from '../parts/states';
import { t } from '../text/text';

export function Circles() {
  return (
    <Page title={t('Circles')}>
      <Empty icon="circles" title={t('No circles yet')}>
        {t('In circles, companies will show each other chosen people. This server cannot do it yet.')}
      </Empty>
    </Page>
  );
}
