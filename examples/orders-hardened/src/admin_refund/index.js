// Refunds an order on behalf of the staff.
const { DynamoDBClient, UpdateItemCommand } = require("@aws-sdk/client-dynamodb");

const table = new DynamoDBClient({});

exports.handler = async (event) => {
  const { id } = JSON.parse(event.body);
  await table.send(
    new UpdateItemCommand({
      TableName: process.env.ORDERS_TABLE,
      Key: { id: { S: String(id) } },
      UpdateExpression: "SET #s = :refunded",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":refunded": { S: "refunded" } },
    })
  );
  return { statusCode: 200, body: "{}" };
};
