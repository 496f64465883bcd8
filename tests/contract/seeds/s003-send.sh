curl -X POST https://sms.namirialtsp.com/api/Services/send \
-u username:password \
-H "Content-Type: application/json" \
-d '{
"destination": "+1234567890",
"text": "Hello from SMS Gateway"
}'
