// The support demo, both sides in one page: a session opened, taken, talked in, typed in, read, with real files, and closed.
// Usage: node Browser/support-demo.mjs URL FOLDER CUSTOMER-TOKEN AGENT-TOKEN PICTURE DOCUMENT
import { args, open, scenario, shoot, tell } from './browser.mjs';

const [customerToken, agentToken, picture, document] = args;

async function signIn(page, title, token) {
  const side = page.frameLocator(`iframe[title=${title}]`);
  await side.locator('#token').fill(token);
  await side.locator('#signIn button').click();
  await side.locator('#status', { hasText: 'connected as' }).waitFor();
  return side;
}

const line = (side, text) => side.locator('#messages p', { hasText: text });
const status = (side, text) => side.locator('#status', { hasText: text }).waitFor();

async function say(side, text) {
  await side.locator('#text').pressSequentially(text);
  await side.locator('#text').press('Enter');
}

await scenario(async () => {
  const page = await open('/demo/support');
  await page.setViewportSize({ width: 1200, height: 720 });
  const agent = await signIn(page, 'Agent', agentToken);
  const customer = await signIn(page, 'Customer', customerToken);

  await customer.locator('#subject').fill('Need help with order');
  await customer.locator('#open button').click();
  await status(customer, 'waiting');
  await agent.getByRole('button', { name: 'Need help with order (waiting' }).last().click();
  await agent.locator('#accept').click();
  await status(customer, 'active');

  await customer.locator('#text').pressSequentially('Xin chào 👋');
  await agent.locator('#typing', { hasText: 'is typing' }).waitFor();
  tell({ did: 'typing', data: { text: await agent.locator('#typing').textContent() } });
  await customer.locator('#text').press('Enter');
  await line(agent, 'Xin chào').waitFor();
  await agent.locator('#typing', { hasText: /^$/ }).waitFor({ state: 'attached' });
  await customer.locator('#messages .own.read', { hasText: 'Xin chào' }).waitFor();

  await customer.locator('#text').fill('Check this screenshot');
  await customer.locator('#files').setInputFiles([picture, document]);
  await customer.locator('#say button').first().click();
  await line(agent, 'Check this screenshot').waitFor();
  const image = agent.locator('#messages img');
  await image.evaluate((shown) => shown.decode());
  await say(agent, '<img src=x onerror="document.title=\'stolen\'"> We look into it');
  await line(customer, 'We look into it').waitFor();
  await customer.locator('#messages .own.read', { hasText: 'Check this screenshot' }).waitFor();

  const downloading = page.waitForEvent('download');
  await agent.locator('#messages a').click();
  const download = await downloading;
  await shoot(page, 'support-talking');

  await agent.locator('#close').click();
  await status(customer, 'closed');
  await say(customer, 'Too late');
  await status(customer, 'Chat session is closed');
  tell({
    did: 'look',
    data: {
      lines: await agent.locator('#messages p').allTextContents(),
      width: await image.evaluate((shown) => shown.naturalWidth),
      images: await customer.locator('#messages img').count(),
      file: download.suggestedFilename(),
      title: await customer.locator('title').textContent(),
    },
  });
  await shoot(page, 'support-closed');
});
