// The consult demo with a customer in one page and staff in another: asking, answering, and a message that would be a script.
// Usage: node Browser/consult-demo.mjs URL FOLDER CUSTOMER-TOKEN STAFF-TOKEN CUSTOMER-NAME
import { args, open, scenario, shoot, tell } from './browser.mjs';

const [customerToken, staffToken, customerName] = args;

async function signIn(token) {
  const page = await open('/demo/consult');
  await page.fill('#token', token);
  await page.click('#signIn button');
  await page.locator('#status', { hasText: 'connected as' }).waitFor();
  return page;
}

async function say(page, text) {
  await page.fill('#text', text);
  await page.press('#text', 'Enter');
}

const line = (page, text) => page.locator('#messages p', { hasText: text });

await scenario(async () => {
  const customer = await signIn(customerToken);
  await customer.locator('#ask').click();
  await say(customer, 'Xin chào, tôi cần tư vấn 🐶');
  await line(customer, 'tôi cần tư vấn').waitFor();

  const staff = await signIn(staffToken);
  await staff.getByRole('button', { name: customerName }).click();
  await line(staff, 'tôi cần tư vấn').waitFor();
  await say(staff, '<img src=x onerror="document.title=\'stolen\'"> Dạ, tôi nghe');
  await line(customer, 'Dạ, tôi nghe').waitFor();
  await say(customer, 'Cảm ơn bạn');
  await line(staff, 'Cảm ơn bạn').waitFor();

  tell({ did: 'look', data: { title: await customer.title(), images: await customer.locator('#messages img').count(), lines: await staff.locator('#messages p').allTextContents() } });
  await shoot(customer, 'consult-customer');
  await shoot(staff, 'consult-staff');
});
