// The hotel demo with a guest in one page and a department's desk in another: the guest asks, the desk sees it, types and answers.
// Usage: node Browser/hotel-demo.mjs URL FOLDER STAFF-TOKEN NUMBER
import { args, open, scenario, shoot, tell } from './browser.mjs';

const [token, number] = args;
const line = (page, text) => page.locator('#messages p', { hasText: text });
const typing = (page, text) => page.locator('#typing', { hasText: text });

async function signIn(page, field, value) {
  await page.fill(field, value);
  await page.click('#signIn button');
  await page.locator('#status', { hasText: /^connected$/ }).waitFor();
}

await scenario(async () => {
  const desk = await open('/demo/hotel/desk');
  await signIn(desk, '#token', token);
  const guest = await open('/demo/hotel/guest');
  await signIn(guest, '#number', number);

  await guest.fill('#text', 'I need help with my room 🛎');
  await guest.press('#text', 'Enter');
  await line(desk, 'help with my room').waitFor();
  await desk.locator('#conversations button', { hasText: 'John Doe, 101 (Reception)' }).waitFor();
  await desk.locator('#text').pressSequentially('<b>On</b> our way');
  await typing(guest, 'is typing').waitFor();
  await shoot(guest, 'guest-sees-typing');
  await desk.press('#text', 'Enter');
  await line(guest, 'our way').waitFor();
  await typing(guest, /^$/).waitFor({ state: 'attached' });

  const texts = (page) => page.locator('#messages p').allTextContents();
  tell({ did: 'look', data: { guest: await texts(guest), desk: await texts(desk) } });
  await shoot(guest, 'guest');
  await shoot(desk, 'desk');
  const both = await open('/demo/hotel');
  await both.frameLocator('iframe[title="Desk"]').locator('#signIn').waitFor();
  await shoot(both, 'both');
});
