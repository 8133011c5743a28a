// The restaurant guide's own page, which is customer 123, with staff on the demo's page; and then both sides of the demo on one page.
// Usage: node Browser/restaurant-document.mjs URL FOLDER
import { open, scenario, shoot, tell } from './browser.mjs';

await scenario(async () => {
  const guide = await open('/demo/restaurant/document');
  const staff = await open('/demo/restaurant/staff');
  await staff.locator('#status', { hasText: /^connected$/ }).waitFor();

  await guide.fill('#messageInput', 'Xin chào từ trang của hướng dẫn');
  await guide.getByRole('button', { name: 'Send' }).click();
  await staff.locator('#messages p', { hasText: 'từ trang của hướng dẫn' }).waitFor();
  await staff.fill('#text', '<img src="data:," onerror="document.title=\'stolen\'">Dạ, xin nghe');
  await staff.press('#text', 'Enter');
  await guide.locator('#messages p', { hasText: 'Dạ, xin nghe' }).waitFor();
  tell({ did: 'look', data: {
    lines: await guide.locator('#messages p').allTextContents(), title: await guide.title(), images: await guide.locator('img').count(),
  } });
  await shoot(guide, 'document');

  const both = await open('/demo/restaurant');
  const [customerSide, staffSide] = [both.frameLocator('iframe >> nth=0'), both.frameLocator('iframe >> nth=1')];
  await customerSide.locator('#status', { hasText: /^connected$/ }).waitFor();
  await staffSide.locator('#status', { hasText: /^connected$/ }).waitFor();
  await customerSide.locator('#text').fill('Tôi đi hai người');
  await customerSide.locator('#text').press('Enter');
  await staffSide.locator('#messages p', { hasText: 'Tôi đi hai người' }).waitFor();
  await shoot(both, 'both-sides');
});
