// The midimo demo with two users of one thread in two pages: one opens it, the other hears of it, types and answers.
// Usage: node Browser/midimo-demo.mjs URL FOLDER TOKEN OTHER-TOKEN OTHER-NAME
import { args, open, scenario, shoot, tell } from './browser.mjs';

const [token, otherToken, otherName] = args;
const line = (page, text) => page.locator('#messages p', { hasText: text });
const typing = (page, text) => page.locator('#typing', { hasText: text });

async function signIn(value) {
  const page = await open('/demo/midimoweb/side');
  await page.fill('#token', value);
  await page.click('#signIn button');
  await page.locator('#status', { hasText: /^connected$/ }).waitFor();
  return page;
}

await scenario(async () => {
  const one = await signIn(token);
  const other = await signIn(otherToken);

  await one.fill('#participant', otherName);
  await one.fill('#title', 'Order 456');
  await one.click('#open button');
  await one.locator('#status', { hasText: 'Order 456' }).waitFor();
  await other.locator('#threads button', { hasText: 'Order 456' }).click();
  await one.locator('#presence', { hasText: `${otherName}: ONLINE` }).waitFor();

  await one.fill('#text', 'Where is my order? 📦');
  await one.press('#text', 'Enter');
  await line(other, 'Where is my order').waitFor();
  await other.locator('#text').pressSequentially('<b>On</b> its way');
  await typing(one, 'is typing').waitFor();
  await other.press('#text', 'Enter');
  await line(one, 'its way').waitFor();
  await typing(one, /^$/).waitFor({ state: 'attached' });

  const texts = (page) => page.locator('#messages p').allTextContents();
  tell({ did: 'look', data: { one: await texts(one), other: await texts(other) } });
  await shoot(one, 'one');
  await shoot(other, 'other');
  const both = await open('/demo/midimoweb');
  await both.frameLocator('iframe[title="Other"]').locator('#signIn').waitFor();
  await shoot(both, 'both');
});
