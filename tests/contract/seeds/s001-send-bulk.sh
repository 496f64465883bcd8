curl --location --request POST 'https://test.your-api-server.com/api/sms/send-bulk-messages/v1' \
--header 'Content-Type: application/json' \
--data-raw '{
    "messageId": "string",
    "referenceId1": "string",
    "referenceId2": "string",
    "serviceId": "string",
    "requestId": "string",
    "initiatorId": "string",
    "bulkId": "string",
    "messages": [
        {
            "destinations": [
                {
                    "destination": "string",
                    "messageId": "string"
                }
            ],
            "callbackData": "string",
            "deliveryTimeWindow": {
                "days": [
                    "MONDAY"
                ],
                "from": {
                    "hour": 0,
                    "minute": 0
                },
                "to": {
                    "hour": 0,
                    "minute": 0
                }
            },
            "text": "string",
            "entityId": "string",
            "sendAt": "2019-08-24T14:15:22Z",
            "validityPeriodMinutes": 0,
            "priority": 0
        }
    ]
}'
