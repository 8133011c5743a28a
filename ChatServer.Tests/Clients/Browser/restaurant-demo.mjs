// The restaurant demo with a customer in one page and staff in another: typing is seen, words and answers are, and markup is not markup.
// Usage: node Browser/restaurant-demo.mjs URL FOLDER CUSTOMER-ID STAFF-ID
import { args, open, scenario, shoot, tell } from './browser.mjs';

const [customerId, staffId] = args;

async function signIn(side, id) {
  const page = await open(`/demo/restaurant/${side}`);
  await page.fill('#user', id);
  await page.click('#signIn button');
  await page.locator('#status', { hasText: /^connected$/ }).waitFor();
  return page;
}

const line = (page, text) => page.locator('#messages p', { hasText: text });
const typing = (page, text) => page.locator('#typing', { hasText: text });

await scenario(async () => {
  const customer = await signIn('customer', customerId);
  const staff = await signIn('staff', staffId);

  await customer.locator('#text').pressSequentially('Xin chào, tôi muốn đặt bàn');
  await typing(staff, 'đang gõ').waitFor();
  tell({ did: 'typing', data: { customer: await staff.locator('#typing').textContent() } });
  await shoot(staff, 'staff-sees-typing');
  await customer.press('#text', 'Enter');
  await line(staff, 'tôi muốn đặt bàn').waitFor();
  await typing(staff, /^$/).waitFor({ state: 'attached' });

  await staff.locator('#text').pressSequentially('<b>Dạ</b>, mấy giờ ạ?');
  await typing(customer, 'đang gõ').waitFor();
  await staff.press('#text', 'Enter');
  await line(customer, 'mấy giờ ạ?').waitFor();

  const texts = (page) => page.locator('#messages p').allTextContents();
  tell({ did: 'look', data: { customer: await texts(customer), staff: await texts(staff), answersTo: await staff.inputValue('#customer') } });
  await shoot(customer, 'customer');
  await shoot(staff, 'staff');
});
