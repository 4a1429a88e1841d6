// Takes an order, stores it and queues it for payment.
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
const { randomUUID } = require("node:crypto");

const table = new DynamoDBClient({});
const queue = new SQSClient({});

exports.handler = async (event) => {
  const order = JSON.parse(event.body);
  const id = randomUUID();
  await table.send(
    new PutItemCommand({
      TableName: process.env.ORDERS_TABLE,
      Item: {
        id: { S: id },
        customer: { S: String(order.customer) },
        total: { N: String(Number(order.total)) },
        state: { S: "new" },
      },
    })
  );
  await queue.send(
    new SendMessageCommand({
      QueueUrl: process.env.ORDERS_QUEUE,
      MessageBody: JSON.stringify({ id, state: "new" }),
    })
  );
  return { statusCode: 201, body: JSON.stringify({ id }) };
};
