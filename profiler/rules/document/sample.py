"""A small whole profile without a fault, over which the examples about the text itself are made."""

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
DOCTYPE = (
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
)
BODY = """<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>PayloadIdentifier</key>
			<string>com.example.dock.size</string>
			<key>PayloadType</key>
			<string>com.apple.dock</string>
			<key>PayloadUUID</key>
			<string>6C5D2B8A-43C2-5E0B-9F0A-1D7F8E2B9C11</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
			<key>tilesize</key>
			<integer>48</integer>
		</dict>
	</array>
	<key>PayloadDescription</key>
	<string>Sets the size of the Dock.</string>
	<key>PayloadDisplayName</key>
	<string>Dock für das Büro</string>
	<key>PayloadIdentifier</key>
	<string>com.example.dock</string>
	<key>PayloadOrganization</key>
	<string>Example</string>
	<key>PayloadScope</key>
	<string>User</string>
	<key>PayloadType</key>
	<string>Configuration</string>
	<key>PayloadUUID</key>
	<string>0E7F3A54-92B1-5C3D-8A64-7B1C5D9E2F03</string>
	<key>PayloadVersion</key>
	<integer>1</integer>
	<key>TargetDeviceType</key>
	<integer>5</integer>
</dict>
</plist>
"""
PROFILE = HEADER + DOCTYPE + BODY
