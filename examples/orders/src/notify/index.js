// Tells a customer by mail that the order is on its way.
const { SESClient, SendEmailCommand } = require("@aws-sdk/client-ses");
const _ = require("lodash");

const ses = new SESClient({});

exports.handler = async (event) => {
  for (const record of event.Records) {
    const order = _.merge({ name: "customer" }, JSON.parse(record.Sns.Message));
    await ses.send(
      new SendEmailCommand({
        Source: "shop@example.com",
        Destination: { ToAddresses: [order.mail || "lost@example.com"] },
        Message: {
          Subject: { Data: "Your order is on its way" },
          Body: { Html: { Data: `<p>Dear ${order.name}, order ${order.id} has left.</p>` } },
        },
      })
    );
  }
};
