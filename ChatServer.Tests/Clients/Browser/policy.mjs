// What a demo page may not do, tried from inside it: each refusal is told.
import { open, scenario, tell } from './browser.mjs';

const attempts = {
  'a script of another server': () => document.head.append(Object.assign(document.createElement('script'), { src: 'http://127.0.0.1:1/x.js' })),
  'a handler in smuggled markup': () => document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="document.title=1">'),
  'a call to another server': () => fetch('http://127.0.0.1:1/x').catch(() => {}),
  'a picture of another server': () => { new Image().src = 'http://127.0.0.1:1/x.png'; },
  'a page of another server': () => document.body.append(Object.assign(document.createElement('iframe'), { src: 'http://127.0.0.1:1/' })),
};

await scenario(async () => {
  const page = await open('/demo/consult', { expectRefusals: true });
  for (const [what, attempt] of Object.entries(attempts)) {
    const refused = page.evaluate(() => new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true });
    }));
    await page.evaluate(attempt);
    tell({ did: 'refused', data: { what, directive: await refused } });
  }
});
