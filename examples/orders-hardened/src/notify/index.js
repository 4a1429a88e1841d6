// Tells a customer by mail that the order is on its way.
const { SESClient, SendEmailCommand } = require("@aws-sdk/client-ses");

const ses = new SESClient({});

const escape = (text) =>
  String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

exports.handler = async (event) => {
  for (const record of event.Records) {
    const { name = "customer", mail, id } = JSON.parse(record.Sns.Message);
    if (!mail) continue;
    await ses.send(
      new SendEmailCommand({
        Source: "shop@example.com",
        Destination: { ToAddresses: [mail] },
        Message: {
          Subject: { Data: "Your order is on its way" },
          Body: { Html: { Data: `<p>Dear ${escape(name)}, order ${escape(id)} has left.</p>` } },
        },
      })
    );
  }
};
